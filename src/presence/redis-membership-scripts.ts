/**
 * What happens to places in rooms in Redis at once (R3). Keys, each with the installation's prefix:
 *
 * - `user:{userId}:rooms`             hash: each `{seq}|{JSON}`, or `{seq}|` once it is removed
 * - `memberships:complete`            the state of Redis in which all were written
 * - `memberships:writer:{id}`         the state of Redis in which somebody began to write them
 *
 * A state is this run of Redis and how many keys it has evicted: where either is another one, places may be lost.
 */
import { redisScript } from "../engines/redis.ts";

/** prefix, ttl, then user, room, seq, JSON (empty: removed) of each change */
export const changeScript = redisScript(`
local prefix, ttl = ARGV[1], ARGV[2]
for n = 3, #ARGV, 4 do
  local key, room, seq = prefix .. 'user:' .. ARGV[n] .. ':rooms', ARGV[n + 1], tonumber(ARGV[n + 2])
  local known = redis.call('HGET', key, room)
  local knownSeq = known and tonumber(string.match(known, '^(%-?%d+)|'))
  if not knownSeq or seq >= knownSeq then
    redis.call('HSET', key, room, ARGV[n + 2] .. '|' .. ARGV[n + 3])
    redis.call('EXPIRE', key, ttl)
    if ARGV[n + 3] == '' and redis.call('HLEN', key) > 200 then
      local left = {}
      for _, each in ipairs(redis.call('HKEYS', key)) do
        if each ~= room and string.match(redis.call('HGET', key, each), '|$') then left[#left + 1] = each end
      end
      if #left > 100 then redis.call('HDEL', key, unpack(left, 1, 50)) end
    end
  end
end
return 1
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
