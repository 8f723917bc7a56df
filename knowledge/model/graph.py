"""The encoder written as an ONNX graph, from its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from knowledge.model.weights import BLOCK, Measures

Precision = Literal["fp32", "int8", "q4"]
Output = Literal["mean", "judge"]
RT = "com.microsoft"

class _Builder:
    def __init__(self, precision):
        self.nodes=[]; self.init=[]; self.n=0; self.precision=precision; self.have=set()
    def const(self, name, arr):
        if name not in self.have:
            self.init.append(numpy_helper.from_array(np.ascontiguousarray(arr), name)); self.have.add(name)
        return name
    def node(self, op, ins, outs=1, domain="", **a):
        self.n+=1
        names=[f"{op}_{self.n}_{i}" for i in range(outs)]
        self.nodes.append(helper.make_node(op, ins, names, domain=domain, **a))
        return names[0] if outs==1 else names
    def linear(self, x, name, w, b):
        if self.precision=="q4":
            packed, scales = q4(w)
            y=self.node("MatMulNBits",[x,self.const(name+".q",packed),self.const(name+".s",scales),"","",self.const(name+".b",b)],domain=RT,
              K=w.shape[1],N=w.shape[0],bits=4,block_size=BLOCK,accuracy_level=4)
            return y
        if self.precision=="int8":
            return self.int8(x,name,w,b)
        y=self.node("MatMul",[x,self.const(name+".w",w.T)])
        return self.node("Add",[y,self.const(name+".b",b)])
    def int8(self,x,name,w,b):
        key=("dq",x)
        if not hasattr(self,"dq"): self.dq={}
        if x not in self.dq: self.dq[x]=self.node("DynamicQuantizeLinear",[x],3)
        q,s,z=self.dq[x]
        sc=np.abs(w).max(1)/127
        wq=np.clip(np.rint(w/sc[:,None]),-127,127).astype(np.int8)
        return self.node("MatMulIntegerToFloat",[q,self.const(name+".w",wq.T),s,self.const(name+".s",sc.astype(np.float32)),z,"",self.const(name+".b",b)],domain=RT)

def q4(w):
    blocks=w.reshape(w.shape[0],-1,BLOCK)
    at=np.abs(blocks).argmax(-1)
    top=np.take_along_axis(blocks,at[...,None],-1)[...,0]
    scale=(top/-8).astype(np.float32)
    q=np.clip(np.rint(blocks/np.where(scale==0,1,scale)[...,None])+8,0,15).astype(np.uint8)
    err=np.abs((q.astype(np.float32)-8)*scale[...,None]-blocks).max()
    assert err<1e-6, err
    return (q[...,0::2]|(q[...,1::2]<<4)), scale

def build(t: Mapping[str, NDArray], m: Measures, *, output: Output="mean", precision: Precision="fp32", mha=True) -> bytes:
    g=_Builder(precision)
    H=m.width
    x=g.node("Slice",[g.const("pos",t["emb.pos"]+t["emb.type"][0]),g.const("zero1",np.array([0],np.int64)),g.node("Shape",["words"],start=1,end=2)])
    x=g.node("Add",["words",x])
    def norm(x,name,skip=None):
        if skip: return g.node("SkipLayerNormalization",[x,skip,g.const(name+".w",t[name+".w"]),g.const(name+".b",t[name+".b"])],domain=RT,epsilon=m.epsilon)
        return g.node("LayerNormalization",[x,g.const(name+".w",t[name+".w"]),g.const(name+".b",t[name+".b"])],epsilon=m.epsilon)
    x=norm(x,"emb.ln")
    for l in range(m.layers):
        p=f"l{l}."
        if True:
            w=np.concatenate([t[p+k+".w"] for k in "qkv"]); b=np.concatenate([t[p+k+".b"] for k in "qkv"])
            y=g.linear(x,p+"qkv",w,b)
            q,k,v=g.node("Split",[y],3,axis=-1,num_outputs=3)
        a=g.node("MultiHeadAttention",[q,k,v,"","mask"],domain=RT,num_heads=m.heads)
        x=norm(x,p+"aln",g.linear(a,p+"ao",t[p+"ao.w"],t[p+"ao.b"]))
        f=g.node("Gelu",[g.linear(x,p+"fi",t[p+"fi.w"],t[p+"fi.b"])])
        x=norm(x,p+"oln",g.linear(f,p+"fo",t[p+"fo.w"],t[p+"fo.b"]))
    mf=g.node("Unsqueeze",[g.node("Cast",["mask"],to=TensorProto.FLOAT),g.const("m1",np.array([-1],np.int64))])
    s=g.node("ReduceSum",[g.node("Mul",[x,mf]),g.const("one1",np.array([1],np.int64))],keepdims=0)
    n=g.node("ReduceSum",[mf,g.const("one1",np.array([1],np.int64))],keepdims=0)
    out=g.node("Div",[s,n])
    graph=helper.make_graph(g.nodes,"encoder",[helper.make_tensor_value_info("words",TensorProto.FLOAT,["texts","tokens",H]),helper.make_tensor_value_info("mask",TensorProto.INT32,["texts","tokens"])],
      [helper.make_tensor_value_info(out,TensorProto.FLOAT,["texts",H])],g.init)
    model=helper.make_model(graph,opset_imports=[helper.make_opsetid("",21),helper.make_opsetid(RT,1)],ir_version=10)
    return model.SerializeToString()
