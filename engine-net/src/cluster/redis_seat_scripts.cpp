#include "cluster/redis_script_sources.hpp"

namespace engine_net::cluster::lua {

const std::string_view seats = R"lua(
local function keys_of(room)
    local packed = call('HGET', P .. 'room:' .. room, 'keys')
    return packed and cmsgpack.unpack(packed) or {}
end

local function remove_room(room)
    local stay = call('HGET', P .. 'room:' .. room, 'stay')
    for _, key in ipairs(keys_of(room)) do call('ZREM', P .. 'seats:' .. key, room) end
    if stay then call('SREM', P .. 'rooms:' .. stay, room) end
    call('DEL', P .. 'room:' .. room)
end

-- Among those with a seat, or not; away when nobody needs it any more.
local function place(room)
    local found = call('HMGET', P .. 'room:' .. room, 'free', 'pending', 'players', 'promised')
    if not found[1] then return end
    local pending = tonumber(found[2])
    if pending <= 0 and (found[4] == '1' or found[1] == '0') then return remove_room(room) end
    for _, key in ipairs(keys_of(room)) do
        if tonumber(found[1]) > pending then
            call('ZADD', P .. 'seats:' .. key, tonumber(found[3]) + pending, room)
        else
            call('ZREM', P .. 'seats:' .. key, room)
        end
    end
end

local function give_back(room, number)
    if call('ZREM', P .. 'kept', room .. ':' .. number) == 0 then return end
    if call('EXISTS', P .. 'room:' .. room) == 1 then
        call('HINCRBY', P .. 'room:' .. room, 'pending', -1)
    end
end
)lua";

// NAME NODE FRAME MS -> holder, frame
const std::string_view claim = R"lua(
local key, node = P .. 'claim:' .. ARGV[2], ARGV[3]
local found = call('GET', key)
local holder = found and string.match(found, '^%d+')
if holder and holder ~= node then return {holder, string.sub(found, #holder + 2)} end
call('SET', key, node .. ' ' .. ARGV[4], 'PX', ARGV[5])
return {node, ARGV[4]}
)lua";

// NAME NODE
const std::string_view release = R"lua(
local found = call('GET', P .. 'claim:' .. ARGV[2])
if found and string.match(found, '^%d+') == ARGV[3] then call('DEL', P .. 'claim:' .. ARGV[2]) end
return 1
)lua";

// NODE EPOCH ROOM FREE PLAYERS KEYS KEY... RESERVATION... -> whether it is in
const std::string_view offer = R"lua(
local stay, room, free, count = ARGV[2] .. ':' .. ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[7])
if not is_in(ARGV[2], ARGV[3]) then return 0 end
for i = 8 + count, #ARGV do give_back(room, ARGV[i]) end
for _, key in ipairs(keys_of(room)) do call('ZREM', P .. 'seats:' .. key, room) end
local keys = {}
for i = 8, 7 + count do table.insert(keys, ARGV[i]) end
if count == 0 then free = '0' end
call('HSETNX', P .. 'room:' .. room, 'pending', 0)
call('HSET', P .. 'room:' .. room, 'stay', stay, 'free', free, 'players', ARGV[6], 'promised', 0,
    'keys', cmsgpack.pack(keys))
call('SADD', P .. 'rooms:' .. stay, room)
place(room)
return 1
)lua";

// NODE EPOCH KEY OWN CAPACITY KEPT-MS -> whether it is in, is new, room, reservation
const std::string_view reserve = R"lua(
local stay, key, own = ARGV[2] .. ':' .. ARGV[3], ARGV[4], ARGV[5]
if not is_in(ARGV[2], ARGV[3]) then return {0, 0, '0', '0'} end
for _, over in ipairs(call('ZRANGEBYSCORE', P .. 'kept', '-inf', text(ms), 'LIMIT', 0, 256)) do
    local room, number = string.match(over, '^(%d+):(%d+)$')
    give_back(room, number)
    place(room)
end

local function is_live(room)
    local node, epoch = string.match(call('HGET', P .. 'room:' .. room, 'stay') or '', '^(%d+):(%d+)$')
    if not node or not is_in(node, epoch) then
        remove_room(room)
        call('ZREM', P .. 'seats:' .. key, room)
        return false
    end
    local lease_end = call('ZSCORE', P .. 'nodes', node)
    return lease_end and tonumber(lease_end) >= ms
end

local room
for _, one in ipairs(call('ZREVRANGE', P .. 'seats:' .. key, 0, 63)) do
    if is_live(one) then
        room = one
        break
    end
end
local is_new = not room
if is_new then
    room = own
    call('HSET', P .. 'room:' .. room, 'stay', stay, 'free', ARGV[6], 'players', 0, 'pending', 0,
        'promised', 1, 'keys', cmsgpack.pack({key}))
    call('SADD', P .. 'rooms:' .. stay, room)
end
call('SET', P .. 'reservation', text(us), 'NX')
local number = call('INCR', P .. 'reservation')
call('ZADD', P .. 'kept', text(ms + ARGV[7]), room .. ':' .. text(number))
call('HINCRBY', P .. 'room:' .. room, 'pending', 1)
place(room)
return {1, is_new and 1 or 0, room, text(number)}
)lua";

} // namespace engine_net::cluster::lua
