-- Acknowledge a job whose work is gone, and leave nothing of it. ARGV: id, token.
-- Returns 0 when the claim is no longer the caller's.
local id = ARGV[1]
if not give_up_claim(id, ARGV[2]) then
  return 0
end
redis.call('DEL', job_key(id), job_key(id) .. ':logs')
return 1
