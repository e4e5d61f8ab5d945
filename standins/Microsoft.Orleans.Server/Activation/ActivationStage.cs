namespace Orleans.OneMachine.Activation;

internal enum ActivationStage
{
    /// <summary>Calls wait.</summary>
    Activating,

    Active,

    /// <summary>What runs may end; what waits goes elsewhere afterwards.</summary>
    Ending,

    Ended,
}
