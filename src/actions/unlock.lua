--[[
  Gives a lock back, if this run has it.

  KEYS  1 lock
  ARGV  1 run
]]
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
