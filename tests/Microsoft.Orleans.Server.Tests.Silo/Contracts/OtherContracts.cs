using Orleans;
using Orleans.Concurrency;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>Shows how calls interleave: <see cref="Work"/> stays inside until <see cref="Release"/>.</summary>
public interface ITurnGrain : IGrainWithStringKey
{
    Task<int> Work();

    [AlwaysInterleave]
    Task Release();

    [AlwaysInterleave]
    Task<int> Inside();
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task Work();

    Task Release();

    Task<int> Inside();
}

/// <summary>Fails to activate as long as its key says so.</summary>
public interface IFailingGrain : IGrainWithStringKey
{
    Task<string> Hello();
}

public interface ITimerGrain : IGrainWithStringKey
{
    Task Start(TimeSpan dueTime, TimeSpan period, bool interleave);

    Task Stop();

    Task<int> Ticks();

    /// <summary>Stays in its turn until <see cref="Release"/>, and returns the ticks that it saw meanwhile.</summary>
    Task<int> TicksDuringTurn();

    /// <summary>Ticks, and from the next tick on throws in each.</summary>
    Task Break();

    Task Change(TimeSpan dueTime, TimeSpan period);

    Task Leave();

    [AlwaysInterleave]
    Task Release();

    [AlwaysInterleave]
    Task<int> TicksNow();
}

/// <summary>Placed on the silo whose name its key begins with.</summary>
public interface IPlacedGrain : IGrainWithStringKey
{
    Task<string> SiloName();
}

public interface ILocalGrain : IGrainWithStringKey
{
    Task<string> SiloName();
}

public interface IEchoGrain : IGrainWithStringKey
{
    Task<Everything> Echo(Everything value);

    Task<Shape?> Echo(Shape? value);

    Task<int[]> Change(int[] numbers);

    Task<object> EchoObject(object value);

    Task<string> Call(IProbeGrain other);
}

/// <summary>Calls other grains from the process where its name puts it.</summary>
public interface IBurstGrain : IGrainWithStringKey
{
    Task<int> Process();

    /// <summary>So many calls of one grain, all at once.</summary>
    Task<int[]> Increment(string key, int calls);

    /// <summary>Calls a grain again and again from now on, and does not mind when it fails.</summary>
    Task Nag(string key);

    /// <summary>Active silos, as that process sees the cluster.</summary>
    Task<int> ActiveSilos();
}

/// <summary>No class implements it.</summary>
public interface IOrphanGrain : IGrainWithStringKey
{
    Task Nothing();
}
