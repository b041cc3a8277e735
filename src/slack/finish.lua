--[[
  Ends one round of delivery for an incident and gives it free. What people did and is shown by now no longer makes it urgent:
  later changes of machines wait in their own lane, so that a busy incident never eats what is kept for people.

  KEYS  1 incident hash   2 outbox   3 due:people   4 due:machine   5 unposted of the channel   6 channels   7 card   8 lease
  ARGV  1 incident id   2 lease token   3 from when it may be served again when something is left (epoch ms)   4 channel id
        5 lane that was served: 'people' or 'machine'
  Returns 1 when nothing is left to deliver, else 0.
]]
local id = ARGV[1]
if redis.call('GET', KEYS[8]) == ARGV[2] then redis.call('DEL', KEYS[8]) end

local shown = tonumber(redis.call('HGET', KEYS[7], 'version')) or 0
local posted = redis.call('HEXISTS', KEYS[7], 'ts') == 1
local wanted = tonumber(redis.call('HGET', KEYS[1], 'cv')) or 0
local gone = redis.call('EXISTS', KEYS[1]) == 0

-- The card came after the incident was over, or outlived it: it is kept no longer than the incident.
local life = redis.call('TTL', KEYS[1])
if life > 0 then redis.call('EXPIRE', KEYS[7], life) end
if gone then redis.call('DEL', KEYS[7]) end

if posted or gone then
  redis.call('ZREM', KEYS[5], id)
  if redis.call('ZCARD', KEYS[5]) == 0 then redis.call('SREM', KEYS[6], ARGV[4]) end
end
local outdated = redis.call('HEXISTS', KEYS[7], 'outdated') == 1
if gone or (posted and shown >= wanted and not outdated and redis.call('LLEN', KEYS[2]) == 0) then
  redis.call('ZREM', KEYS[3], id)
  redis.call('ZREM', KEYS[4], id)
  return 1
end

-- What a person did meanwhile does not wait for what a machine's change has to wait for.
local isUrgent = shown < (tonumber(redis.call('HGET', KEYS[1], 'pv')) or 0) or redis.call('LLEN', KEYS[2]) > 0
if posted and not isUrgent then redis.call('ZREM', KEYS[3], id) end
redis.call('ZADD', KEYS[4], 'XX', ARGV[3], id)
if ARGV[5] == 'people' then redis.call('ZADD', KEYS[3], 'XX', ARGV[3], id) end
if posted and not redis.call('ZSCORE', KEYS[3], id) and not redis.call('ZSCORE', KEYS[4], id) then
  redis.call('ZADD', isUrgent and KEYS[3] or KEYS[4], ARGV[3], id)
end
return 0
