--[[
  Ends a look: says when the next one is, unless somebody has asked for another one meanwhile.

  KEYS  1 sorted set by time
  ARGV  1 what was taken   2 until when it was taken   3 when it is looked at next
]]
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '') == tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
end
