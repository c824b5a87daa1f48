-- Put jobs whose claim has expired back, as the next ones. ARGV: now (ms), claims a job may let expire, newest kept.
-- Returns how many are waiting again. One that has taken its owner down that often ends as failed.
local now, limit = ARGV[1], tonumber(ARGV[2])
local recovered = 0
for _, id in ipairs(redis.call('LRANGE', ACTIVE, 0, -1)) do
  if redis.call('EXISTS', lock_key(id)) == 0 then
    redis.call('LREM', ACTIVE, 1, id)
    redis.call('SREM', STALLED, id)
    if redis.call('EXISTS', job_key(id)) == 1 then
      announce('stalled', id)
      if redis.call('HINCRBY', job_key(id), 'stc', 1) < limit then
        offer(id, 'RPUSH', now)
        announce('waiting', id, 'prev', 'active')
        recovered = recovered + 1
      else
        local reason = 'ClaimExpired ' .. limit .. ' times'
        redis.call('HSET', job_key(id), 'failedReason', reason, 'finishedOn', now)
        redis.call('ZADD', FAILED, now, id)
        announce('failed', id, 'failedReason', reason, 'prev', 'active')
        trim(FAILED, tonumber(ARGV[3]), '-inf')
      end
    end
  end
end
return recovered
