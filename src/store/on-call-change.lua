--[[
  Changes overrides and cover requests of a rotation together, when nobody has changed them since they were read.

  KEYS  1 their revision   2 hash of overrides   3 hash of cover requests   4 sorted set: when hand-offs are looked for
  ARGV  1 revision as it was read   2 rotation   3 now (epoch ms)
        then for each change: "override" or "cover", its id, JSON or "" where it goes
  Returns 1, or 0 when somebody else was faster.
]]
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return 0 end
for i = 4, #ARGV, 3 do
  local hash = ARGV[i] == 'override' and KEYS[2] or KEYS[3]
  if ARGV[i + 2] == '' then
    redis.call('HDEL', hash, ARGV[i + 1])
  else
    redis.call('HSET', hash, ARGV[i + 1], ARGV[i + 2])
  end
end
redis.call('INCR', KEYS[1])
redis.call('ZADD', KEYS[4], ARGV[3], ARGV[2])
return 1
