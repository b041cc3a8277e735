--[[
  Writes down when the next reminder of a fallback is due, unless it was switched back, or somebody else has written meanwhile.

  KEYS  1 fallbacks   2 card of the incident
  ARGV  1 field   2 what it was   3 what it is   4 field of the card that remembers the try
]]
redis.call('HDEL', KEYS[2], ARGV[4])
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
