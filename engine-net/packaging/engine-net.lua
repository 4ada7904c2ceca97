-- For Premake 4.4 or later:
--
--     local engine_net = dofile(os.outputof("pkg-config --variable=premake engine-net"))
--
--     project "game"
--         kind "ConsoleApp"
--         files { "*.cpp" }
--         engine_net.schema("game.fbs", "generated")   -- into that folder, which is an include folder
--         engine_net.use()                             -- or engine_net.use("shared")

local engine_net = {}

local function told(what)
    local pipe = assert(io.popen("pkg-config " .. what .. " engine-net"))
    local text = pipe:read("*a"):gsub("%s+$", "")
    pipe:close()
    return text
end

--- Compiles and links the project with engine-net.
function engine_net.use(how)
    buildoptions { "-std=c++20" }
    includedirs { told("--variable=includedir") }
    local libdir = told("--variable=libdir")
    if how == "shared" then
        libdirs { libdir }
        links { "engine-net" }
        return
    end
    linkoptions { libdir .. "/libengine-net.a" }
    for library in told("--libs --static"):gmatch("%-l(%S+)") do
        if library ~= "engine-net" then links { library } end
    end
end

--- Makes the headers of a schema before the project is compiled.
function engine_net.schema(file, folder)
    local absolute = path.getabsolute(folder)
    prebuildcommands { told("--variable=schema_tool") .. " " .. path.getabsolute(file) .. " " .. absolute }
    includedirs { absolute }
end

return engine_net
