--[[
  Takes what is due: it is due again when the lease ends, unless it is done by then.

  KEYS  1 sorted set of what is due, by time
  ARGV  1 now (epoch ms)   2 when the lease ends (epoch ms)   3 at most so many
  Returns the entries, the longest waiting first.
]]
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, entry in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], entry) end
return due
