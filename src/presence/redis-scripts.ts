/**
 * What happens to sockets and leases in Redis at once (R1). Keys, each with the installation's prefix:
 *
 * - `user:{userId}:sockets`   hash: a person's sockets, each with its gateway
 * - `user:{userId}:hidden`    set: those of them at whose page nobody looks
 * - `user:{userId}:stamp`     the last change of presence, in µs
 * - `presence:online`         set: everybody whose coming was told, and not yet the going
 * - `gateways`                set: gateways that have, or had, sockets
 * - `gateway:{id}:lease`      there while the gateway lives: its token
 * - `gateway:{id}:sockets`    set: `{userId} {socketId}` of its sockets, and `-`
 *
 * Redis may evict any of them when it is full, and may come back from a restart without its last seconds. A lease
 * is alive only where it was given by this run of Redis, the gateway has heard of it, and the gateway's list is the
 * one that it began: else the gateway is told to register its sockets again, and what the old list has beyond them
 * is cleared like a dead gateway's.
 *
 * Stamps are beyond what Lua writes as whole numbers by itself: they are formatted with %.0f (and are exact, being
 * below 2^53 until the year 2255).
 */
import { redisScript } from "../engines/redis.ts";

const functions = `
local function stamp(prefix, user, ttl)
  local key = prefix .. 'user:' .. user .. ':stamp'
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  local last = tonumber(redis.call('GET', key) or '0')
  local text = string.format('%.0f', math.max(last + 1, now))
  redis.call('SET', key, text, 'EX', ttl)
  return text
end
-- The stamp where this was the last socket; nil otherwise. A person whose hash was evicted goes once all the same.
local function leave(prefix, user, socket, wasListed, ttl)
  local sockets = prefix .. 'user:' .. user .. ':sockets'
  local removed = redis.call('HDEL', sockets, socket)
  redis.call('SREM', prefix .. 'user:' .. user .. ':hidden', socket)
  if removed == 0 and not wasListed or redis.call('EXISTS', sockets) == 1 then return nil end
  local wasOnline = redis.call('SREM', prefix .. 'presence:online', user)
  if removed == 0 and wasOnline == 0 then return nil end
  return stamp(prefix, user, ttl)
end
`;

/** prefix, ttl, ttl of lists, user, socket, gateway → {changed, stamp} */
export const addScript = redisScript(`${functions}
local prefix, ttl, listTtl, user, socket, gateway = unpack(ARGV)
local sockets, online = prefix .. 'user:' .. user .. ':sockets', prefix .. 'presence:online'
local list = prefix .. 'gateway:' .. gateway .. ':sockets'
local wasAway = redis.call('EXISTS', sockets) == 0
redis.call('HSET', sockets, socket, gateway)
redis.call('EXPIRE', sockets, ttl)
redis.call('SADD', online, user)
redis.call('EXPIRE', online, ttl)
redis.call('SADD', list, user .. ' ' .. socket)
redis.call('EXPIRE', list, listTtl)
redis.call('SADD', prefix .. 'gateways', gateway)
redis.call('EXPIRE', prefix .. 'gateways', listTtl)
if wasAway then return {1, stamp(prefix, user, ttl)} end
return {0, redis.call('GET', prefix .. 'user:' .. user .. ':stamp') or '0'}
`);

/** prefix, ttl, user, socket, gateway → {changed, stamp} */
export const removeScript = redisScript(`${functions}
local prefix, ttl, user, socket, gateway = unpack(ARGV)
local listed = redis.call('SREM', prefix .. 'gateway:' .. gateway .. ':sockets', user .. ' ' .. socket)
local gone = leave(prefix, user, socket, listed == 1, ttl)
if gone then return {1, gone} end
return {0, redis.call('GET', prefix .. 'user:' .. user .. ':stamp') or '0'}
`);

/** prefix, ttl, user, socket, whether it is hidden */
export const lookScript = redisScript(`
local prefix, ttl, user, socket, isHidden = unpack(ARGV)
local hidden = prefix .. 'user:' .. user .. ':hidden'
if redis.call('HEXISTS', prefix .. 'user:' .. user .. ':sockets', socket) == 0 then return 0 end
redis.call(isHidden == '1' and 'SADD' or 'SREM', hidden, socket)
redis.call('EXPIRE', hidden, ttl)
return 1
`);

/** prefix, users… → how many sockets, how many of them hidden… */
export const statusScript = redisScript(`
local prefix, answer = ARGV[1], {}
for n = 2, #ARGV do
  answer[#answer + 1] = redis.call('HLEN', prefix .. 'user:' .. ARGV[n] .. ':sockets')
  answer[#answer + 1] = redis.call('SCARD', prefix .. 'user:' .. ARGV[n] .. ':hidden')
end
return answer
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

/**
 * prefix, ttl of lists, gateway, leaseMs, the token that the gateway knows → {whether it was alive, token}
 *
 * The gateway shows the token of the last answer that reached it: an answer that was lost is given again.
 */
export const renewScript = redisScript(`
local prefix, listTtl, gateway, leaseMs, known = unpack(ARGV)
local lease, list = prefix .. 'gateway:' .. gateway .. ':lease', prefix .. 'gateway:' .. gateway .. ':sockets'
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local token = redis.call('GET', lease)
local hasList = redis.call('SADD', list, '-') == 0
local isAlive = token == known and hasList and string.sub(known, 1, #run) == run
if not isAlive then
  local time = redis.call('TIME')
  token = run .. ':' .. time[1] .. '.' .. time[2]
  if hasList then
    local before = gateway .. '~' .. token
    redis.call('RENAME', list, prefix .. 'gateway:' .. before .. ':sockets')
    redis.call('EXPIRE', prefix .. 'gateway:' .. before .. ':sockets', listTtl)
    redis.call('SET', prefix .. 'gateway:' .. before .. ':lease', '-', 'PX', leaseMs)
    redis.call('SADD', prefix .. 'gateways', before)
    redis.call('SADD', list, '-')
  end
end
redis.call('SET', lease, token, 'PX', leaseMs)
redis.call('EXPIRE', list, listTtl)
redis.call('SADD', prefix .. 'gateways', gateway)
redis.call('EXPIRE', prefix .. 'gateways', listTtl)
return {isAlive and 1 or 0, token}
`);

/** prefix, ttl, gateway, entries of its list… → how many of them are listed, but not in their person's hash */
export const refreshScript = redisScript(`
local prefix, ttl, missing = ARGV[1], ARGV[2], 0
local list = prefix .. 'gateway:' .. ARGV[3] .. ':sockets'
for n = 4, #ARGV do
  local user, socket = string.match(ARGV[n], '^(%S+) (%S+)$')
  if user and redis.call('SISMEMBER', list, ARGV[n]) == 1 then
    if redis.call('HEXISTS', prefix .. 'user:' .. user .. ':sockets', socket) == 0 then missing = missing + 1 end
    redis.call('EXPIRE', prefix .. 'user:' .. user .. ':sockets', ttl)
    redis.call('EXPIRE', prefix .. 'user:' .. user .. ':stamp', ttl)
    redis.call('EXPIRE', prefix .. 'user:' .. user .. ':hidden', ttl)
  end
end
redis.call('EXPIRE', prefix .. 'presence:online', ttl)
return missing
`);

/** prefix → the gateways whose lease is gone */
export const deadScript = redisScript(`
local prefix, dead = ARGV[1], {}
for _, gateway in ipairs(redis.call('SMEMBERS', prefix .. 'gateways')) do
  if redis.call('EXISTS', prefix .. 'gateway:' .. gateway .. ':lease') == 0 then dead[#dead + 1] = gateway end
end
return dead
`);

/** prefix, ttl, gateway, most → {whether more is left, user, stamp, user, stamp…}; nothing where it lives */
export const reapScript = redisScript(`${functions}
local prefix, ttl, gateway, most = unpack(ARGV)
if redis.call('EXISTS', prefix .. 'gateway:' .. gateway .. ':lease') == 1 then return {0} end
local list = prefix .. 'gateway:' .. gateway .. ':sockets'
local answer = {0}
for _, entry in ipairs(redis.call('SPOP', list, most)) do
  local user, socket = string.match(entry, '^(%S+) (%S+)$')
  local holder = user and redis.call('HGET', prefix .. 'user:' .. user .. ':sockets', socket)
  -- It may be of a list from before, and registered again.
  local lives = holder and redis.call('SISMEMBER', prefix .. 'gateway:' .. holder .. ':sockets', entry) == 1
  local gone = user and not lives and leave(prefix, user, socket, true, ttl)
  if gone then
    answer[#answer + 1] = user
    answer[#answer + 1] = gone
  end
end
answer[1] = redis.call('EXISTS', list)
if answer[1] == 0 then redis.call('SREM', prefix .. 'gateways', gateway) end
return answer
`);
