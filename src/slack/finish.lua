--[[
  Ends one round of delivery for an incident and gives it free. What people did and is shown by now no longer makes it urgent:
  later changes of machines wait in their own lane, so that a busy incident never eats what is kept for people.

  KEYS  1 incident hash   2 outbox   3 due:people   4 due:machine   5 unposted of the channel   6 channels   7 card   8 lease
  ARGV  1 incident id   2 lease token   3 from when it may be served again when something is left (epoch ms)   4 channel id
  Returns 1 when nothing is left to deliver, else 0.
]]
local id = ARGV[1]
if redis.call('GET', KEYS[8]) == ARGV[2] then redis.call('DEL', KEYS[8]) end

local shown = tonumber(redis.call('HGET', KEYS[7], 'version')) or 0
local posted = redis.call('HEXISTS', KEYS[7], 'ts') == 1
local wanted = tonumber(redis.call('HGET', KEYS[1], 'cv')) or 0
local gone = redis.call('EXISTS', KEYS[1]) == 0

if posted or gone then
  redis.call('ZREM', KEYS[5], id)
  if redis.call('ZCARD', KEYS[5]) == 0 then redis.call('SREM', KEYS[6], ARGV[4]) end
end
if gone or (posted and shown >= wanted and redis.call('LLEN', KEYS[2]) == 0) then
  redis.call('ZREM', KEYS[3], id)
  redis.call('ZREM', KEYS[4], id)
  return 1
end
if posted then
  local people = tonumber(redis.call('HGET', KEYS[1], 'pv')) or 0
  if shown >= people and redis.call('LLEN', KEYS[2]) == 0 then redis.call('ZREM', KEYS[3], id) end
  local lane = redis.call('ZSCORE', KEYS[3], id) and KEYS[3] or KEYS[4]
  redis.call('ZADD', lane, ARGV[3], id)
end
return 0
