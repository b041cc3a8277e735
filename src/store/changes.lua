--[[
  Keeps changes by their ids, each as it was first told, until they are old.

  KEYS  1 ids by time (sorted set)   2 changes by id (hash)
  ARGV  1 the oldest time that is kept (epoch ms)   2 how many are kept at most   3 how long the keys live, in seconds
        then per change: id, time (epoch ms), JSON
]]
for i = 4, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 2]) == 1 then redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i]) end
end

local function drop(ids)
  for from = 1, #ids, 1000 do
    local to = math.min(from + 999, #ids)
    redis.call('HDEL', KEYS[2], unpack(ids, from, to))
    redis.call('ZREM', KEYS[1], unpack(ids, from, to))
  end
end

drop(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1]))
local surplus = redis.call('ZCARD', KEYS[1]) - ARGV[2]
if surplus > 0 then drop(redis.call('ZRANGE', KEYS[1], 0, surplus - 1)) end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
return 1
