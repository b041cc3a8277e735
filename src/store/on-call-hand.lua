--[[
  Notes a hand-off of a rotation, and what has to be told of it, when nobody has since it was read.

  KEYS  1 hash of the last hand-offs   2 hash of what has to be told   3 sorted set: when it is told
  ARGV  1 rotation   2 its last hand-off as it was read, "" for none   3 the new one
        4 id of what need not be told any more, or ""
        then for each letter: its id, when it is told (epoch ms), JSON
  Returns 1, or 0 when somebody else was faster.
]]
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] ~= '' then
  redis.call('HDEL', KEYS[2], ARGV[4])
  redis.call('ZREM', KEYS[3], ARGV[4])
end
for i = 5, #ARGV, 3 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
  redis.call('ZADD', KEYS[3], ARGV[i + 1], ARGV[i])
end
return 1
