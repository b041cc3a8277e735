--[[
  Puts an entry where it must be, if the incident is still as it was looked at and the entry is missing or comes too late.

  KEYS  1 incident hash   2 sorted set of times
  ARGV  1 version of the incident that was looked at   2 entry   3 when it is due (epoch ms)   4 the latest time that is no mistake
  Returns 1 when something was mended.
]]
if redis.call('HGET', KEYS[1], 'v') ~= ARGV[1] then return 0 end
local at = redis.call('ZSCORE', KEYS[2], ARGV[2])
if at and tonumber(at) <= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 1
