--[[
  Takes snapshots that are due: they are due again when the lease ends, unless they are done by then.

  KEYS  1 due:evidence
  ARGV  1 now (epoch ms)   2 when the lease ends (epoch ms)   3 at most so many
  Returns the entries, the longest waiting first.
]]
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, entry in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], entry) end
return due
