using ExpertCluster.Grammars.Programs;

namespace ExpertCluster.Grammars.Matching;

/// <summary>
/// Runs a program byte by byte, in all ways at once: a machine with as many stacks as there are ways (Thompson 1968, with rules). Has buffers: one thread at a time.
/// </summary>
internal sealed class ProgramReader(GrammarProgram program)
{
    /// <summary>Steps without a byte, between two bytes.</summary>
    private const int MaxSilentSteps = 65_536;

    private readonly HashSet<Step> _seen = [];
    private readonly Stack<Step> _open = new();
    private readonly HashSet<Position> _positions = [];
    private bool _isWhole;

    /// <summary>A position on the way to the next byte.</summary>
    /// <param name="At">The instruction.</param>
    /// <param name="Frame">What is to be done behind.</param>
    /// <param name="Fresh">Frames from this depth on have been put there since the last byte: a body that ends in one of them was empty.</param>
    private readonly record struct Step(int At, Frame? Frame, int Fresh);

    /// <summary>Whether a way has been left out: there were too many at once, or it went too deep.</summary>
    public bool HasLeftOut { get; private set; }

    /// <summary>Steps that have been taken in all.</summary>
    public long Steps { get; private set; }

    /// <summary>Before the first byte.</summary>
    /// <exception cref="GrammarException">There are more ways to begin than <see cref="GrammarLimits.MaxThreads"/>.</exception>
    public Reading Start()
    {
        Begin();
        Open(program.Start, null, fresh: 1);
        var reading = End();
        return reading.IsNone ? throw new GrammarException($"may be read in more than {GrammarLimits.MaxThreads} ways at its beginning") : reading;
    }

    /// <summary>After one more byte. None too where there would be more ways than <see cref="GrammarLimits.MaxThreads"/>.</summary>
    public Reading Read(Reading reading, byte next)
    {
        Begin();
        foreach (var position in reading.Positions)
        {
            foreach (var edge in program[position.At].Edges)
            {
                if (next >= edge.First && next <= edge.Last)
                {
                    Open(edge.Next, position.Frame, fresh: (position.Frame?.Depth ?? 0) + 1);
                    break;
                }
            }
        }

        return End();
    }

    private void Begin()
    {
        _seen.Clear();
        _open.Clear();
        _positions.Clear();
        _isWhole = false;
    }

    private void Open(int at, Frame? frame, int fresh)
    {
        // Deeper than the bound is no way at all: what the text then lacks is one of the others.
        if (frame?.Depth > GrammarLimits.MaxStack)
        {
            HasLeftOut = true;
        }
        else if (new Step(at, frame, fresh) is var step && _seen.Add(step))
        {
            _open.Push(step);
        }
    }

    private Reading End()
    {
        while (_open.TryPop(out var step))
        {
            if (_positions.Count > GrammarLimits.MaxThreads || _seen.Count > MaxSilentSteps)
            {
                HasLeftOut = true;
                return new Reading([], isWhole: false);
            }

            Take(step);
        }

        return new Reading([.. _positions], _isWhole);
    }

    private void Take(Step step)
    {
        Steps++;
        ref readonly var instruction = ref program[step.At];
        switch (instruction.Operation)
        {
            case Operation.Bytes:
                _positions.Add(new Position(step.At, step.Frame));
                break;
            case Operation.Split:
                foreach (int target in instruction.Targets)
                {
                    Open(target, step.Frame, step.Fresh);
                }

                break;
            case Operation.Call:
                // A rule at another's end leaves nothing to come back to: so lists, which call themselves at their end, need no stack.
                OpenAbove(program.EntryOf(instruction.Body), step, program[instruction.Next].Operation == Operation.Return ? step.Frame : new Frame(instruction.Next, -1, step.Frame));
                break;
            case Operation.Repeat:
                Repeat(step.At, done: 0, step);
                break;
            default:
                Return(step);
                break;
        }
    }

    private void Return(Step step)
    {
        if (step.Frame is not { } frame)
        {
            _isWhole = true;
            return;
        }

        var below = step with { Frame = frame.Below };
        if (frame.Done < 0)
        {
            Open(frame.At, frame.Below, step.Fresh);
        }
        else if (frame.Depth >= step.Fresh)
        {
            // An empty body may be had as often as one likes.
            Open(program[frame.At].Next, frame.Below, step.Fresh);
        }
        else
        {
            Repeat(frame.At, frame.Done + 1, below);
        }
    }

    private void Repeat(int at, int done, Step step)
    {
        ref readonly var repeat = ref program[at];
        if (done >= repeat.Least)
        {
            Open(repeat.Next, step.Frame, step.Fresh);
        }

        if (done < repeat.Most)
        {
            OpenAbove(repeat.Body, step, new Frame(at, repeat.Most == int.MaxValue ? Math.Min(done, repeat.Least) : done, step.Frame));
        }
    }

    private void OpenAbove(int at, Step step, Frame? frame) =>
        Open(at, frame, ReferenceEquals(frame, step.Frame) ? step.Fresh : Math.Min(step.Fresh, frame!.Depth));
}
