--[[
  Lets something be told, unless it has been: the word is kept for as long as it is true.

  KEYS  1 string: that it was told   2 hash of what has to be told   3 sorted set: when it is told
  ARGV  1 how long it is remembered (ms)   2 id   3 now (epoch ms)   4 JSON
  Returns 1 when it is news.
]]
if not redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
return 1
