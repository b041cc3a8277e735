--[[
  The card shows this version now. What called for another drawing since it was begun still calls for one.

  KEYS  1 card   2 incident of the message
  ARGV  1 version   2 when it was drawn (epoch ms)   3 how often another drawing had been called for when it was begun   4 how long the message is known (s)
]]
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'at', ARGV[2])
if redis.call('HGET', KEYS[1], 'outdated') == ARGV[3] then redis.call('HDEL', KEYS[1], 'outdated') end
redis.call('EXPIRE', KEYS[2], ARGV[4])
