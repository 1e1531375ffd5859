/** On every page: theme, the bars under the header, forms that are sent once. */
import { enhanceAccountMenus } from "./elements/account-menu.ts";
import { watchConnection } from "./elements/connection-banner.ts";
import { guardNativeForm } from "./elements/one-press.ts";
import { OpenRooms } from "./elements/open-rooms.ts";
import { enhanceThemeToggle } from "./elements/theme-toggle.ts";
import { enhancePeopleLink } from "./people/people-badge.ts";

const themeToggle = document.querySelector<HTMLButtonElement>("[data-theme-toggle]");
if (themeToggle !== null) enhanceThemeToggle(themeToggle);

const connectionBar = document.querySelector<HTMLElement>("[data-connection]");
const identityBar = document.querySelector<HTMLElement>("[data-identity]");
if (connectionBar !== null && identityBar !== null) watchConnection(connectionBar, identityBar);

for (const form of document.querySelectorAll<HTMLFormElement>("form[method=post]")) guardNativeForm(form);

if (!navigator.cookieEnabled) {
  for (const notice of document.querySelectorAll<HTMLElement>("[data-cookie-notice]")) notice.hidden = false;
}

enhanceAccountMenus();

const peopleLink = document.querySelector<HTMLAnchorElement>("[data-people]");
if (peopleLink !== null) enhancePeopleLink(peopleLink);

customElements.define("open-rooms", OpenRooms);
