-- Put a claimed job off, without counting an attempt. ARGV: id, token, now (ms), due (ms).
-- Returns 0 when the claim is no longer the caller's.
local id, now, due = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
if not give_up_claim(id, ARGV[2]) then
  return 0
end
if redis.call('EXISTS', job_key(id)) == 1 then
  redis.call('HDEL', job_key(id), 'stc')
  if due > now then
    delay(id, due, now)
  else
    offer(id, 'LPUSH', now)
    announce('waiting', id, 'prev', 'active')
  end
end
return 1
