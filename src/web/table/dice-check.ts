import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { readRecord, type DiceRecord } from "../../games/dice/record.ts";
import { verifyRecord, type DiceRules, type Verification } from "../../games/dice/verify.ts";
import { checkAgainstPage, type PageCheck } from "./page-checks.ts";
import { recall } from "../seed-memory.ts";
import { buttons, shared } from "./styles.ts";

type Check =
  | { readonly kind: "working" }
  | { readonly kind: "failed"; readonly message: string; readonly file: string | null }
  | {
      readonly kind: "checked";
      readonly record: DiceRecord;
      readonly verification: Verification;
      readonly pageChecks: readonly PageCheck[];
      /** Where the browser finds the record to save it. */
      readonly file: string;
    };

/**
 * `<dice-check>`: fetches the record of a finished game, computes every roll again in this browser, and shows what
 * it did in plain words (G6).
 *
 * @property rules of the game, to check by
 * @property roomId the finished room
 * @property me the reader's user id
 * @property seen the rolls that this page has shown, in order
 * @fires dice-checked with the verdict as a sentence in `detail`
 */
export class DiceCheck extends LitElement {
  static override properties = {
    rules: { attribute: false },
    roomId: { type: String },
    me: { type: String },
    seen: { attribute: false },
    check: { state: true },
  };

  declare rules: DiceRules | null;
  declare roomId: string;
  declare me: string;
  declare seen: readonly { readonly playerId: string; readonly roll: number }[];
  declare check: Check;

  constructor() {
    super();
    this.rules = null;
    this.roomId = "";
    this.me = "";
    this.seen = [];
    this.check = { kind: "working" };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetFile();
  }

  protected override firstUpdated(_changed: PropertyValues<this>): void {
    void this.#run();
  }

  async #run(): Promise<void> {
    this.#forgetFile();
    this.check = { kind: "working" };
    this.check = await this.#checkRecord();
    this.dispatchEvent(new CustomEvent("dice-checked", { detail: verdict(this.check) }));
  }

  async #checkRecord(): Promise<Check> {
    const { rules } = this;
    if (rules === null) return failed("There are no rules to check this game by.", null);
    let text: string;
    try {
      const path = `/api/games/${rules.slug}/rooms/${encodeURIComponent(this.roomId)}/record`;
      const answer = await fetch(path, { headers: { accept: "application/json" } });
      if (!answer.ok) return failed("The server has no record of this game (any more).", null);
      text = await answer.text();
    } catch {
      return failed("The record could not be fetched: check your connection and try again.", null);
    }
    const file = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    try {
      const reading = readRecord(JSON.parse(text), [rules]);
      if (!reading.ok) return failed(`The record is not right: ${reading.problem}`, file);
      // Browsers keep `crypto.subtle` for pages that nobody could change on the way.
      if (!isSecureContext) return failed("Browsers compute hashes only over HTTPS or on localhost.", file);
      const { record } = reading;
      const verification = await verifyRecord(record, rules);
      const pageChecks = checkAgainstPage(record, verification, this.me, recall(this.roomId), this.seen);
      return { kind: "checked", record, verification, pageChecks, file };
    } catch {
      return failed("The record is not JSON.", file);
    }
  }

  #forgetFile(): void {
    if (this.check.kind !== "working" && this.check.file !== null) URL.revokeObjectURL(this.check.file);
  }

  protected override render(): TemplateResult {
    return html`
      <section aria-labelledby="title">
        <h2 id="title" tabindex="-1">The dice, checked</h2>
        ${this.#outcome()}
      </section>
    `;
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("#title")?.focus();
  }

  #outcome(): TemplateResult {
    const { check } = this;
    if (check.kind === "working") return html`<p>Computing every roll again…</p>`;
    if (check.kind === "failed") {
      return html`
        <p class="verdict" data-ok="false">${check.message}</p>
        ${
          check.file === null
            ? html`<p><button type="button" class="button" @click=${this.#run}>Try again</button></p>`
            : this.#save(check.file)
        }
      `;
    }
    const { record, verification, pageChecks, file } = check;
    return html`
      <p class="verdict" data-ok=${isRight(check)}>${verdict(check)}</p>
      <p>
        Before the first roll the server showed the hash of its secret seed. Every roll was computed from that
        seed and the seeds of both players. Now that the secret is out, your browser has computed all of it
        again:
      </p>
      <ul class="checks">
        ${this.#checkLines(record, verification, pageChecks)}
      </ul>
      ${this.#seeds(record)} ${this.#rolls(record, verification)} ${this.#save(file)}
    `;
  }

  #checkLines(
    record: DiceRecord,
    verification: Verification,
    pageChecks: readonly PageCheck[],
  ): TemplateResult[] {
    const own: PageCheck[] = verification.ok
      ? [
          { ok: true, message: "The SHA-256 of the server seed is the hash of this room." },
          { ok: true, message: `All ${record.rolls.length} rolls are what the seeds give, none is missing.` },
          { ok: true, message: "The turns, the score and the result follow from the rules." },
        ]
      : verification.findings.map(({ message }) => ({ ok: false, message }));
    return [...own, ...pageChecks].map(({ ok, message }) => {
      const [mark, said] = ok === null ? ["–", "Not compared:"] : ok ? ["✓", "Right:"] : ["✗", "Wrong:"];
      return html`<li data-ok=${String(ok)}>
        <span aria-hidden="true">${mark}</span><span class="unseen">${said} </span><span>${message}</span>
      </li>`;
    });
  }

  #seeds(record: DiceRecord): TemplateResult {
    return html`<dl>
      <div>
        <dt>Hash, shown before the game</dt>
        <dd><code>${record.serverSeedHash}</code></dd>
      </div>
      <div>
        <dt>Server seed, shown now</dt>
        <dd><code>${record.serverSeed}</code></dd>
      </div>
      ${record.players.map(
        ({ id, name }) => html`
          <div>
            <dt>Seed of <bdi>${name}</bdi></dt>
            <dd><code>${record.clientSeeds[id]}</code></dd>
          </div>
        `,
      )}
    </dl>`;
  }

  #rolls(record: DiceRecord, verification: Verification): TemplateResult {
    const names = new Map(record.players.map(({ id, name }) => [id, name]));
    return html`<div class="scroller" role="region" aria-label="Roll by roll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Roll</th>
            <th scope="col">${this.rules?.roundName}</th>
            <th scope="col">Player</th>
            <th scope="col">Seeds</th>
            <th scope="col">Record</th>
            <th scope="col">Right</th>
          </tr>
        </thead>
        <tbody>
          ${verification.rolls.map(
            ({ turn, round, playerId, expected, got, ok, hashed }) => html`
              <tr data-ok=${ok} title=${hashed}>
                <th scope="row">${turn}</th>
                <td>${round}</td>
                <td><bdi>${names.get(playerId)}</bdi></td>
                <td>${expected}</td>
                <td>${got ?? "none"}</td>
                <td>
                  ${
                    ok
                      ? html`<span aria-hidden="true">✓</span><span class="unseen">yes</span>`
                      : html`<span aria-hidden="true">✗</span><span class="unseen">no</span>`
                  }
                </td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #save(file: string): TemplateResult | typeof nothing {
    const name = `${(this.rules?.slug ?? "game").replaceAll("_", "-")}-${this.roomId}.json`;
    return html`
      <p>You need not believe this page. Save the record, and check it in a copy of the source code:</p>
      <p class="command"><code>npm run check-dice -- ${name}</code></p>
      <p><a class="button" href=${file} download=${name}>Save the record</a></p>
    `;
  }

  static override styles = [
    shared,
    buttons,
    css`
      section {
        display: grid;
        gap: 0.75rem;
        padding: 1rem;
        border: 1px solid var(--border);
        border-radius: var(--radius, 1rem);
        background: var(--surface);
      }

      section > * {
        min-width: 0;
      }

      h2 {
        font-family: var(--font-display, inherit);
        font-size: 1.375rem;
        line-height: 1.2;
      }

      .verdict {
        font-size: 1.125rem;
        font-weight: 700;
      }

      [data-ok="true"] {
        --verdict: var(--success);
      }

      [data-ok="false"] {
        --verdict: var(--danger);
      }

      .verdict {
        color: var(--verdict);
      }

      .checks {
        display: grid;
        gap: 0.25rem;
        list-style: none;
      }

      .checks li {
        display: grid;
        grid-template-columns: 1.5rem 1fr;
        overflow-wrap: anywhere;
      }

      .checks li > :first-child,
      td:last-child {
        color: var(--verdict, inherit);
        font-weight: 700;
      }

      dl {
        display: grid;
        gap: 0.4rem;
      }

      dt {
        color: var(--text-muted);
        font-size: 0.875rem;
      }

      code {
        font-family: var(--font-mono, monospace);
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }

      .command {
        padding: 0.5rem 0.75rem;
        border-radius: var(--radius-small, 0.5rem);
        background: var(--bg);
      }

      .scroller {
        position: relative;
        max-height: 24rem;
        overflow: auto;
        border: 1px solid var(--border);
        border-radius: var(--radius-small, 0.5rem);
      }

      table {
        width: 100%;
        border-collapse: separate;
        border-spacing: 0;
        font-variant-numeric: tabular-nums;
        line-height: 1.3;
      }

      th,
      td {
        padding: 0.3rem clamp(0.2rem, 1.2cqi, 0.6rem);
        text-align: start;
        border-bottom: 1px solid var(--border);
        font-weight: 400;
      }

      td bdi {
        display: block;
        max-width: min(7rem, 23cqi);
      }

      thead th {
        position: sticky;
        top: 0;
        background: var(--surface-raised);
        font-size: 0.75rem;
        font-weight: 700;
      }

      tr[data-ok="false"] > * {
        font-weight: 700;
        color: var(--verdict);
      }
    `,
  ];
}

function failed(message: string, file: string | null): Check {
  return { kind: "failed", message, file };
}

function isRight(check: Check): boolean {
  return (
    check.kind === "checked" && check.verification.ok && check.pageChecks.every(({ ok }) => ok !== false)
  );
}

function verdict(check: Check): string {
  if (check.kind === "working") return "";
  if (check.kind === "failed") return check.message;
  return isRight(check)
    ? `Every roll was fair: all ${check.record.rolls.length} follow from the seeds.`
    : "Something is wrong with these dice. What it is stands below.";
}
