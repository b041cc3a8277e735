--[[
  Keeps what is known of alarms that belong to no incident, all or nothing.

  KEYS  one key per alert
  ARGV  1 how long to keep it, in seconds; then per alert: expected head, value
  Returns 1, or -3 when an alert moved on.
]]
for i = 1, #KEYS do
  local value = redis.call('GET', KEYS[i])
  local head = value and string.match(value, '^[^|]*') or ''
  if head ~= ARGV[2 * i] then return -3 end
end
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[2 * i + 1], 'EX', ARGV[1]) end
return 1
