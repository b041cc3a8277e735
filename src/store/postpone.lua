--[[
  Moves the next wake-up of an incident that needed nothing, unless it has changed meanwhile.

  KEYS  1 incident hash   2 timers
  ARGV  1 incident id     2 version it was read at   3 next wake-up in epoch ms, or ''
]]
if redis.call('HGET', KEYS[1], 'v') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[1]) else redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
return 1
