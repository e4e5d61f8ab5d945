namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A value that a template can call: a macro, a function, what a call block hands to a macro.</summary>
internal interface ICallable
{
    object? Call(CallContext call);
}

/// <summary>A function by its name, as a value.</summary>
internal sealed record FunctionValue(string Name) : ICallable
{
    public object? Call(CallContext call) => Functions.Call(Name, call);
}

/// <summary>A method of a value that nobody has called: it is there, and that is all that templates ask.</summary>
internal sealed record MethodValue(string Name, object Target) : ICallable
{
    public object? Call(CallContext call) => Methods.Call(Name, Target, call);
}

/// <summary>name(arguments), where the name is a variable's, a macro's or a function's when it runs.</summary>
internal sealed record CallExpression(string Name, IReadOnlyList<Argument> Arguments, Diagnostics.TemplateSource Source, int At) : Expression(Argument.Values(Arguments))
{
    protected override object? Value(Frame frame) => frame.Lookup(Name) switch
    {
        ICallable callable => callable.Call(new CallContext(Name, Arguments, frame, Source, At)),
        Undefined => throw Source.Error(At, $"{Name} is undefined"),
        var other => throw Source.Error(At, $"{Name} is {Values.Describe(other)}, which can't be called"),
    };
}
