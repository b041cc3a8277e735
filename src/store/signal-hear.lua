--[[
  Notes that a signal has spoken.

  KEYS  1 hash of the signal   2 sorted set: when each is looked at
  ARGV  1 key of the signal   2 when it spoke (epoch ms)   3 now
  Returns 1 when that is news. What lies in the future, by a clock that was wrong, counts as now.
]]
local known = redis.call('HGET', KEYS[1], 'heard')
if not known then return 0 end
local now = tonumber(ARGV[3])
local before, at = math.min(tonumber(known), now), math.min(tonumber(ARGV[2]), now)
if at < before or (at == before and redis.call('HGET', KEYS[1], 'spoken') == '1') then return 0 end
redis.call('HSET', KEYS[1], 'heard', string.format('%.0f', at), 'spoken', '1')
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
