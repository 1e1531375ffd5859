/**
 * What happens in Redis at once (R1, R3). Keys, each with the installation's prefix:
 *
 * - `user:{userId}:sockets`   hash: a person's sockets, each with its gateway
 * - `user:{userId}:stamp`     the last change of presence, in µs
 * - `user:{userId}:rooms`     hash: a person's places in rooms, each `{seq}|{JSON}`, or `{seq}|` once it is removed
 * - `presence:online`         set: everybody who is present
 * - `gateways`                set: gateways that have, or had, sockets
 * - `gateway:{id}:lease`      there while the gateway lives
 * - `gateway:{id}:sockets`    set: `{userId} {socketId}` of its sockets
 *
 * Stamps are beyond what Lua writes as whole numbers by itself: they are formatted with %.0f.
 */
import { redisScript } from "../engines/redis.ts";

const stampFunction = `
local function stamp(prefix, user, ttl)
  local key = prefix .. 'user:' .. user .. ':stamp'
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  local last = tonumber(redis.call('GET', key) or '0')
  local text = string.format('%.0f', math.max(last + 1, now))
  redis.call('SET', key, text, 'EX', ttl)
  return text
end
local function leave(prefix, user, socket, ttl)
  local sockets = prefix .. 'user:' .. user .. ':sockets'
  if redis.call('HDEL', sockets, socket) == 0 or redis.call('EXISTS', sockets) == 1 then return nil end
  redis.call('SREM', prefix .. 'presence:online', user)
  return stamp(prefix, user, ttl)
end
`;

/** prefix, user, socket, gateway, ttl → {changed, stamp} */
export const addScript = redisScript(`${stampFunction}
local prefix, user, socket, gateway, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local sockets = prefix .. 'user:' .. user .. ':sockets'
local wasAway = redis.call('EXISTS', sockets) == 0
redis.call('HSET', sockets, socket, gateway)
redis.call('EXPIRE', sockets, ttl)
redis.call('SADD', prefix .. 'gateways', gateway)
redis.call('SADD', prefix .. 'gateway:' .. gateway .. ':sockets', user .. ' ' .. socket)
redis.call('EXPIRE', prefix .. 'gateway:' .. gateway .. ':sockets', ttl)
redis.call('SADD', prefix .. 'presence:online', user)
redis.call('EXPIRE', prefix .. 'presence:online', ttl)
if wasAway then return {1, stamp(prefix, user, ttl)} end
return {0, redis.call('GET', prefix .. 'user:' .. user .. ':stamp') or '0'}
`);

/** prefix, user, socket, gateway, ttl → {changed, stamp} */
export const removeScript = redisScript(`${stampFunction}
local prefix, user, socket, gateway, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
redis.call('SREM', prefix .. 'gateway:' .. gateway .. ':sockets', user .. ' ' .. socket)
local changed = leave(prefix, user, socket, ttl)
if changed then return {1, changed} end
return {0, redis.call('GET', prefix .. 'user:' .. user .. ':stamp') or '0'}
`);

/** prefix, users… → {present, stamp}… */
export const presenceScript = redisScript(`
local prefix, answer = ARGV[1], {}
for n = 2, #ARGV do
  answer[#answer + 1] = redis.call('EXISTS', prefix .. 'user:' .. ARGV[n] .. ':sockets')
  answer[#answer + 1] = redis.call('GET', prefix .. 'user:' .. ARGV[n] .. ':stamp') or '0'
end
return answer
`);

/** prefix, gateway, leaseMs → whether a lease was alive */
export const renewScript = redisScript(`
local prefix, gateway = ARGV[1], ARGV[2]
local wasAlive = redis.call('EXISTS', prefix .. 'gateway:' .. gateway .. ':lease')
redis.call('SET', prefix .. 'gateway:' .. gateway .. ':lease', '1', 'PX', ARGV[3])
redis.call('SADD', prefix .. 'gateways', gateway)
return wasAlive
`);

/** prefix, gateway, ttl, most → {whether more is left, user, stamp, user, stamp…}; nothing where it lives */
export const reapScript = redisScript(`${stampFunction}
local prefix, gateway, ttl = ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', prefix .. 'gateway:' .. gateway .. ':lease') == 1 then return {0} end
local key = prefix .. 'gateway:' .. gateway .. ':sockets'
local answer = {0}
for _, entry in ipairs(redis.call('SPOP', key, ARGV[4])) do
  local user, socket = string.match(entry, '^(%S+) (%S+)$')
  local changed = user and leave(prefix, user, socket, ttl)
  if changed then
    answer[#answer + 1] = user
    answer[#answer + 1] = changed
  end
end
answer[1] = redis.call('EXISTS', key)
if answer[1] == 0 then redis.call('SREM', prefix .. 'gateways', gateway) end
return answer
`);

/** prefix, ttl, then user, room, seq, JSON (empty: removed) of each change */
export const membershipsScript = redisScript(`
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
