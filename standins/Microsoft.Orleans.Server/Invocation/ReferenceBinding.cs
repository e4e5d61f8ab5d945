namespace Orleans.OneMachine.Invocation;

/// <summary>What the references of one interface have in common.</summary>
internal sealed record ReferenceBinding(InterfaceModel Interface, IGrainCaller Caller, ReferenceFactory Factory);
