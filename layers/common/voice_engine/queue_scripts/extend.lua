-- Prolong claims. ARGV: claim (ms), then id and token of each. Returns the ids whose claim is no longer the caller's.
local lost = {}
for index = 2, #ARGV, 2 do
  local id, token = ARGV[index], ARGV[index + 1]
  if redis.call('GET', lock_key(id)) == token then
    redis.call('PEXPIRE', lock_key(id), ARGV[1])
  else
    table.insert(lost, id)
  end
end
return lost
