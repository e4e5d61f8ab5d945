namespace Orleans.OneMachine.Invocation;

[Flags]
internal enum MethodFlags
{
    None = 0,
    OneWay = 1,
    ReadOnly = 2,
    AlwaysInterleave = 4,
}
