using System.Text;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>value.name and value[index]. What is missing is undefined; a member of something undefined is an error.</summary>
/// <param name="IsAttribute">value.name: methods of Python's go before entries.</param>
internal sealed record MemberExpression(Expression Target, Expression Key, bool IsAttribute, TemplateSource Source, int At) : Expression(Target, Key)
{
    protected override object? Value(Frame frame)
    {
        object? target = Target.Evaluate(frame);
        object? key = Key.Evaluate(frame);
        switch (target, key)
        {
            case (Undefined undefined, _):
                throw Source.Error(At, $"{undefined.Name} is undefined");
            case (Dictionary<string, object?> or string or List<object?>, string method) when IsAttribute && Methods.IsOf(target, method):
                return new MethodValue(method, target);
            case (Dictionary<string, object?> map, string name):
                return map.TryGetValue(name, out object? entry) ? entry : Methods.IsOf(map, name) ? new MethodValue(name, map) : new Undefined(name);
            case (GroupTuple group, string name):
                return group.Member(name);
            case (Namespace space, string name):
                return space.Members.TryGetValue(name, out object? member) ? member : new Undefined(name);
            case (LoopState loop, string name):
                return loop.Member(name);
            case (List<object?> list, long or bool):
                return Item(list, Values.ToNumber(key)!.Value);
            case (string text, long or bool):
                long index = Values.ToNumber(key)!.Value;
                frame.Budget.Spend(text.Length);
                return Character(text, index);
            default:
                return new Undefined(key as string ?? "a member");
        }
    }

    /// <summary>Without a list of all of them.</summary>
    private static object? Character(string text, long index)
    {
        long at = index < 0 ? index + Values.CharactersOf(text) : index;
        foreach (var rune in text.EnumerateRunes())
        {
            if (at-- == 0)
            {
                return rune.ToString();
            }
        }

        return new Undefined($"[{index}]");
    }

    private static object? Item(List<object?> list, long index)
    {
        long at = index < 0 ? index + list.Count : index;
        return at >= 0 && at < list.Count ? list[(int)at] : new Undefined($"[{index}]");
    }
}

/// <summary>value[start:stop:step] of a list or a string, as Python has it.</summary>
internal sealed record SliceExpression(
    Expression Target, Expression? Start, Expression? Stop, Expression? Step, TemplateSource Source, int At) : Expression(Target, Start, Stop, Step)
{
    protected override object? Value(Frame frame)
    {
        switch (Target.Evaluate(frame))
        {
            case List<object?> list:
                frame.Budget.Items(list.Count);
                var chosen = Indices(list.Count, frame).Select(i => list[i]);
                return list is PythonTuple ? new PythonTuple(chosen) : chosen.ToList();
            case string text:
                frame.Budget.Text(text.Length);
                return Characters(text, frame);
            case var other:
                throw Source.Error(At, $"cannot slice {Values.Describe(other)}");
        }
    }

    private string Characters(string text, Frame frame)
    {
        // The result while it grows, and where each character stands.
        int count = (int)Values.CharactersOf(text);
        frame.Budget.Take((sizeof(char) * text.Length) + ((long)sizeof(int) * count));
        var result = new StringBuilder(text.Length);
        int[] starts = new int[count + 1];
        int at = 0;
        int place = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            starts[at++] = place;
            place += rune.Utf16SequenceLength;
        }

        starts[at] = place;
        foreach (int i in Indices(count, frame))
        {
            result.Append(text, starts[i], starts[i + 1] - starts[i]);
        }

        return result.ToString();
    }

    private IEnumerable<int> Indices(int count, Frame frame)
    {
        long step = Bound(Step, frame) ?? 1;
        if (step == 0)
        {
            throw Source.Error(At, "the step of a slice is 0");
        }

        var (low, high) = step > 0 ? (0L, (long)count) : (-1L, count - 1L);
        long start = Clamp(Bound(Start, frame), step > 0 ? low : high);
        long stop = Clamp(Bound(Stop, frame), step > 0 ? high : low);

        // A step beyond the length takes one item; bounding it keeps the sum within range.
        step = Math.Clamp(step, -count - 1L, count + 1L);
        for (long i = start; step > 0 ? i < stop : i > stop; i += step)
        {
            yield return (int)i;
        }

        long Clamp(long? bound, long missing) =>
            bound is { } value ? Math.Clamp(value < 0 ? value + count : value, low, high) : missing;
    }

    private long? Bound(Expression? expression, Frame frame)
    {
        object? value = expression?.Evaluate(frame);
        return value is null
            ? null
            : Values.ToNumber(value) ?? throw Source.Error(At, $"a bound of a slice is {Values.Describe(value)}");
    }
}
