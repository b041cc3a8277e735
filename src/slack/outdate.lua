--[[
  The card of an incident is drawn again, although the incident itself has not changed. One that is not posted yet is drawn anyway.

  KEYS  1 card   2 due:machine
  ARGV  1 incident id   2 now (epoch ms)
]]
if redis.call('HEXISTS', KEYS[1], 'ts') == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], 'outdated', 1)
redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[1])
return 1
