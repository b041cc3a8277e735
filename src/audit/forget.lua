--[[
  Takes an incident that is not there out of the sets that name it.

  KEYS  1 incident hash   2 and more: sorted sets of ids
  ARGV  1 incident id
  Returns how many of them named it.
]]
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local named = 0
for i = 2, #KEYS do named = named + redis.call('ZREM', KEYS[i], ARGV[1]) end
return named
