--[[
  Takes a lock for a run, or leaves it with whoever has it.

  KEYS  1 lock
  ARGV  1 run   2 whom it may be taken from, or ''   3 how long it is kept, in seconds
  Returns who has it now.
]]
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= ARGV[2] then return holder end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return ARGV[1]
