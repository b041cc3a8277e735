--[[
  Takes something about an incident out of a queue, unless the incident has changed since it was looked at: then it is due again.

  KEYS  1 incident hash   2 sorted set of what is due
  ARGV  1 entry           2 version of the incident that was looked at   3 now (epoch ms)
]]
if redis.call('HGET', KEYS[1], 'v') == ARGV[2] then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], 'XX', ARGV[3], ARGV[1])
end
return 1
