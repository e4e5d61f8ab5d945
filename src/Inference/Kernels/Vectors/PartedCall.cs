using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>A kernel's call whose tasks do not depend on each other.</summary>
internal interface IPartedCall<TSelf>
    where TSelf : unmanaged, IPartedCall<TSelf>
{
    int Tasks { get; }

    /// <summary>Parts that the tasks are cut into; set by <see cref="PartedCall"/>.</summary>
    int Parts { get; set; }

    /// <summary>Runs tasks [from, to).</summary>
    static abstract void Run<TLanes>(in TSelf call, int from, int to)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>Spreads a call's tasks over the session's threads, on the machine's best vectors.</summary>
internal static unsafe class PartedCall
{
    // Below this many multiply-adds a hand-over to other threads costs more than it saves.
    private const long ParallelWork = 20_000;

    /// <summary>Runs all tasks; <paramref name="work"/> is their multiply-adds together.</summary>
    public static void Run<TCall>(KernelContext context, ref TCall call, long work)
        where TCall : unmanaged, IPartedCall<TCall>
    {
        if (work < ParallelWork || call.Tasks < 2)
        {
            call.Parts = 1;
            RunPart(call, 0);
            return;
        }

        // Several parts a thread even out tasks of different lengths.
        call.Parts = Math.Min(call.Tasks, 4 * Environment.ProcessorCount);
        fixed (TCall* state = &call)
        {
            context.ParallelFor(call.Parts, &ParallelPart<TCall>, state);
        }
    }

    private static void ParallelPart<TCall>(void* state, int part)
        where TCall : unmanaged, IPartedCall<TCall>
        => RunPart(*(TCall*)state, part);

    private static void RunPart<TCall>(in TCall call, int part)
        where TCall : unmanaged, IPartedCall<TCall>
    {
        int from = (int)((long)call.Tasks * part / call.Parts);
        int to = (int)((long)call.Tasks * (part + 1) / call.Parts);
        switch (LaneWidths.Best)
        {
            case LaneWidth.Bits512:
                TCall.Run<Lanes512>(call, from, to);
                break;
            case LaneWidth.Bits256:
                TCall.Run<Lanes256>(call, from, to);
                break;
            default:
                TCall.Run<Lanes128>(call, from, to);
                break;
        }
    }
}
