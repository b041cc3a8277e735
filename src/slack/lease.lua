--[[
  Keeps or gives up a lease, if it is still ours.

  KEYS  1 lease
  ARGV  1 token   2 how long it is kept from now on, in ms; 0 gives it up
  Returns 1 when it was ours.
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
