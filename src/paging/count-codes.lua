--[[
  Takes note that somebody asks for a code, unless they have asked too often.

  KEYS  1 sorted set of requests by time
  ARGV  1 now (epoch ms)   2 for how long a request counts, in ms   3 how many may   4 name of this one
  Returns 0 when it may go on, else the ms after which one may.
]]
local now, counts, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - counts)
if redis.call('ZCARD', KEYS[1]) >= most then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, tonumber(oldest[2]) + counts - now)
end
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('PEXPIRE', KEYS[1], counts)
return 0
