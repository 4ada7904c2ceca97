# For make:
#
#     include $(shell pkg-config --variable=makefile engine-net)
#
#     game: game.o                        # linked statically; ENGINE_NET_SHARED_LIBS links the other
#     	$(CXX) $^ $(ENGINE_NET_LIBS) -o $@
#     game.o: game.cpp game_generated.h   # made from game.fbs, with game_bfbs_generated.h
#     	$(CXX) $(ENGINE_NET_CXXFLAGS) -c $< -o $@

ENGINE_NET_CXXFLAGS := -std=c++20 $(shell pkg-config --cflags engine-net)
ENGINE_NET_LIBS := $(shell pkg-config --variable=libdir engine-net)/libengine-net.a \
    $(filter-out -lengine-net,$(shell pkg-config --libs --static engine-net))
ENGINE_NET_SHARED_LIBS := $(shell pkg-config --libs engine-net)

%_generated.h: %.fbs
	$(shell pkg-config --variable=schema_tool engine-net) $< $(@D)
