using System.Collections.Concurrent;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>A store of grains' state in memory, which can be down.</summary>
internal sealed class FakeGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (string Tag, string Text)> _states = new();

    public bool IsDown { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        RequireUp();
        bool isThere = _states.TryGetValue((stateName, grainId), out var stored);
        (grainState.ETag, grainState.RecordExists) = (isThere ? stored.Tag : null, isThere);
        if (isThere)
        {
            grainState.State = JsonSerializer.Deserialize<T>(stored.Text)!;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        RequireUp();
        string tag = Guid.NewGuid().ToString();
        _states[(stateName, grainId)] = (tag, JsonSerializer.Serialize(grainState.State));
        (grainState.ETag, grainState.RecordExists) = (tag, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    private void RequireUp()
    {
        if (IsDown)
        {
            throw new TimeoutException("the store is down");
        }
    }
}
