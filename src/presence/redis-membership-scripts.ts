/**
 * What happens to places in rooms in Redis at once (R3). Keys, each with the installation's prefix:
 *
 * - `user:{userId}:rooms`             hash: each `{seq}|{JSON}`, or `{seq}|` once it is removed
 * - `user:{userId}:rooms:left`        list: those of them that were removed last, the oldest first
 * - `game:{roomId}:spectators`        set: who watches and is counted (plan §2.3); with `:gone`: who is so no more
 * - `games:watched`                   set: the rooms that somebody watches
 * - `memberships:complete`            the state of Redis in which all were written
 * - `memberships:writer:{id}`         the state of Redis in which somebody began to write them
 *
 * A state is this run of Redis and how many keys it has evicted: where either is another one, places may be lost.
 */
import { redisScript } from "../engines/redis.ts";

const watching = `
local function watch(prefix, ttl, room, user, isSpectator)
  local counted, gone = prefix .. 'game:' .. room .. ':spectators', prefix .. 'game:' .. room .. ':spectators:gone'
  redis.call('SREM', gone, user)
  if isSpectator then
    redis.call('SADD', counted, user)
    redis.call('EXPIRE', counted, ttl)
    redis.call('SADD', prefix .. 'games:watched', room)
    redis.call('EXPIRE', prefix .. 'games:watched', ttl)
    return
  end
  redis.call('SREM', counted, user)
  if redis.call('EXISTS', counted, gone) == 0 then redis.call('SREM', prefix .. 'games:watched', room) end
end
`;

/** A room is in the list once, where it is a removal, and as late as the last one. */
const leaving = `
local function rememberRemoval(key, room, most, isRemoved)
  local left = key .. ':left'
  redis.call('LREM', left, 0, room)
  if not isRemoved then return end
  redis.call('RPUSH', left, room)
  if redis.call('LLEN', left) > most then redis.call('HDEL', key, redis.call('LPOP', left)) end
end
`;

/** prefix, ttl, how many removals are remembered, then user, room, seq, JSON (empty: removed) of each change */
export const changeScript = redisScript(`${watching}${leaving}
local prefix, ttl, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
for n = 4, #ARGV, 4 do
  local key, room, seq = prefix .. 'user:' .. ARGV[n] .. ':rooms', ARGV[n + 1], tonumber(ARGV[n + 2])
  local known = redis.call('HGET', key, room)
  local knownSeq = known and tonumber(string.match(known, '^(%-?%d+)|'))
  if not knownSeq or seq >= knownSeq then
    redis.call('HSET', key, room, ARGV[n + 2] .. '|' .. ARGV[n + 3])
    redis.call('EXPIRE', key, ttl)
    rememberRemoval(key, room, most, ARGV[n + 3] == '')
    redis.call('EXPIRE', key .. ':left', ttl)
    watch(prefix, ttl, room, ARGV[n], string.find(ARGV[n + 3], '"role":"spectator"', 1, true))
  end
end
return 1
`);

/** prefix, ttl, room, whether they are counted, users… → for how many that was a change */
export const countScript = redisScript(`
local prefix, ttl, room, isCounted = unpack(ARGV)
local counted, gone = prefix .. 'game:' .. room .. ':spectators', prefix .. 'game:' .. room .. ':spectators:gone'
local from, to = counted, gone
if isCounted == '1' then from, to = gone, counted end
local moved = 0
for n = 5, #ARGV do moved = moved + redis.call('SMOVE', from, to, ARGV[n]) end
redis.call('EXPIRE', counted, ttl)
redis.call('EXPIRE', gone, ttl)
return moved
`);

/** prefix, rooms… → how many are counted in each */
export const countsScript = redisScript(`
local counts = {}
for n = 2, #ARGV do counts[#counts + 1] = redis.call('SCARD', ARGV[1] .. 'game:' .. ARGV[n] .. ':spectators') end
return counts
`);

/** prefix, ttl, writer → whether they are complete; where not, the writer is taken to begin now */
export const completeScript = redisScript(`
local prefix, ttl, writer = unpack(ARGV)
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local state = run .. ' ' .. string.match(redis.call('INFO', 'stats'), 'evicted_keys:(%d+)')
if redis.call('GET', prefix .. 'memberships:complete') == state then return 1 end
redis.call('SET', prefix .. 'memberships:writer:' .. writer, state, 'EX', ttl)
return 0
`);

/** prefix, ttl, writer → whether it was taken: not where Redis has lost that the writer began */
export const declareScript = redisScript(`
local prefix, ttl, writer = unpack(ARGV)
local state = redis.call('GET', prefix .. 'memberships:writer:' .. writer)
if not state then return 0 end
redis.call('SET', prefix .. 'memberships:complete', state, 'EX', ttl)
redis.call('DEL', prefix .. 'memberships:writer:' .. writer)
return 1
`);
