--[[
  Puts lines into the audit's chain, and takes what they were made of out of what is waiting: if nobody was faster.

  KEYS  1 what waits   2 the chain   3 its newest hash
  ARGV  1 the newest hash that the lines were made for, or ''   2 the newest hash with them   then the lines
  Returns how many were put in.
]]
if (redis.call('GET', KEYS[3]) or '') ~= ARGV[1] then return 0 end
for i = 3, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
redis.call('LTRIM', KEYS[1], #ARGV - 2, -1)
redis.call('SET', KEYS[3], ARGV[2])
return #ARGV - 2
