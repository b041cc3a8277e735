--[[
  Keeps a notice to the operators until Slack has it, unless its cause was told of lately.

  KEYS  1 mark of the cause   2 notices (list)
  ARGV  1 how long the cause is quiet, in seconds   2 notice (JSON)   3 how many notices are kept
  Returns how many of the oldest had to make room, or -1 when the cause was told of lately.
]]
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return -1 end
local dropped = math.max(0, redis.call('RPUSH', KEYS[2], ARGV[2]) - tonumber(ARGV[3]))
if dropped > 0 then redis.call('LTRIM', KEYS[2], dropped, -1) end
return dropped
