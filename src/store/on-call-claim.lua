--[[
  Takes what is due, for a while: others do not get it until then.

  KEYS  1 sorted set by time
  ARGV  1 now (epoch ms)   2 until when it is taken   3 how many at most
  Returns what was taken.
]]
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, one in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], one) end
return due
