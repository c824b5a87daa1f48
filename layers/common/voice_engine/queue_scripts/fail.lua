-- Acknowledge a failed attempt: try again later, or give up. ARGV: id, token, now (ms), reason, attempts, backoff (ms),
-- newest kept. Returns 'lost' when the claim is no longer the caller's, else 'delayed' or 'failed'.
local id, now, reason = ARGV[1], tonumber(ARGV[3]), ARGV[4]
if not give_up_claim(id, ARGV[2]) then
  return 'lost'
end
if redis.call('EXISTS', job_key(id)) == 0 then
  return 'failed'
end
local made = redis.call('HINCRBY', job_key(id), 'atm', 1)
redis.call('HSET', job_key(id), 'failedReason', reason)
if made < tonumber(ARGV[5]) then
  delay(id, now + tonumber(ARGV[6]) * 2 ^ (made - 1), now)
  return 'delayed'
end
redis.call('HSET', job_key(id), 'finishedOn', now)
redis.call('ZADD', FAILED, now, id)
announce('failed', id, 'failedReason', reason, 'prev', 'active')
trim(FAILED, tonumber(ARGV[7]), '-inf')
return 'failed'
