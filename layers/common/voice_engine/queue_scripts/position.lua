-- Where a job is. ARGV: id. Returns its state and, when it is delayed, the millisecond at which it is due.
local state = state_of(ARGV[1])
if state == 'delayed' then
  return {state, tostring(math.floor(tonumber(redis.call('ZSCORE', DELAYED, ARGV[1])) / 4096))}
end
return {state}
