local pipe = io.popen("pkg-config --variable=premake engine-net")
local engine_net = dofile(pipe:read("*l"))
pipe:close()

newoption { trigger = "link", value = "HOW", description = "static or shared" }

solution "game"
    location "build"
    targetdir "build"
    configurations { "debug" }
    language "C++"

for _, name in ipairs { "server", "client" } do
    project(name)
        kind "ConsoleApp"
        files { name .. ".cpp" }
        engine_net.schema("game.fbs", "build/generated")
        engine_net.use(_OPTIONS["link"])
end
